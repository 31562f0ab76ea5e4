/** `node bin/run.js FILE …`: runs a TypeScript file on Node 24 with the arguments that follow. */
import { pathToFileURL } from "node:url";
import { install } from "./install.js";
import { launch } from "./launch.js";

const [file, ...args] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write("Name a file: node bin/run.js FILE [ARGUMENTS]\n");
  process.exitCode = 2;
} else if (install({ dev: true })) {
  launch(pathToFileURL(file), args);
} else {
  process.exitCode = 1;
}
