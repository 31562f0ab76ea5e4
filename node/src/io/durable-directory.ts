import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** Windows has no directory handles to sync; NTFS journals its directories by itself. */
const syncsDirectories = process.platform !== "win32";

/** Creates what is missing of the path, so that a power cut does not take it away again. */
export async function makeDirectories(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) {
    await syncDirectory(dirname(made));
  }
}

/** Makes the creations, removals and renames in the directory durable. */
export async function syncDirectory(path: string): Promise<void> {
  if (!syncsDirectories) return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
