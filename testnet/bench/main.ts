/**
 * `npm run bench -- NAME [--json]`: prints what one native signature check costs on this machine,
 * then the figures of one benchmark. Every figure is CPU time or a ratio within this run; wall
 * clock rates of a shared machine say little.
 */
import { createNativeCrypto, sha256 } from "@pyralog/chain/crypto";
import { measureCpuMicros, type Figure } from "./measure.ts";

type Bench = (report: (figure: Figure) => void) => Promise<void>;

const benches = new Map<string, () => Promise<{ readonly run: Bench }>>([
  ["state", () => import("./state.ts")],
  ["network", () => import("./network.ts")],
  ["peers", () => import("./peers.ts")],
  ["queries", () => import("./queries.ts")],
]);

async function yardstick(report: (figure: Figure) => void): Promise<void> {
  const crypto = createNativeCrypto();
  const secretKey = sha256(new TextEncoder().encode("yardstick"));
  const message = new Uint8Array(250);
  const digest = sha256(message);
  const secp = {
    publicKey: crypto.secp256k1PublicKey(secretKey),
    digest,
    signature: crypto.signSecp256k1Digest({ secretKey, digest }),
  };
  const ed = {
    publicKey: crypto.ed25519PublicKey(secretKey),
    message,
    signature: crypto.signEd25519({ secretKey, message }),
  };
  const rounds = { rounds: 7, count: 2000 };
  const secpMicros = measureCpuMicros(() => crypto.verifySecp256k1Digest(secp), rounds);
  const edMicros = measureCpuMicros(() => crypto.verifyEd25519(ed), rounds);
  report({ figure: "secp256k1 verify, native", value: secpMicros, unit: "µs CPU" });
  report({ figure: "ed25519 verify, native", value: edMicros, unit: "µs CPU" });
  await Promise.resolve();
}

const [name = "", ...flags] = process.argv.slice(2);
const load = benches.get(name);
if (load === undefined) {
  process.stderr.write(`bench: name one of ${[...benches.keys()].join(", ")}\n`);
  process.exit(2);
}
const json = flags.includes("--json");
const report = (figure: Figure): void => {
  const compared = figure.compared === undefined ? "" : `   ${figure.compared}`;
  const value = Number(figure.value.toPrecision(4));
  const line = json
    ? JSON.stringify({ bench: name, ...figure, value })
    : `${figure.figure.padEnd(52)} ${String(value).padStart(12)} ${figure.unit}${compared}`;
  process.stdout.write(`${line}\n`);
};
await yardstick(report);
const { run } = await load();
await run(report);
