/** `npm start`: installs what is missing, then runs a local network until Ctrl-C. */
import { install } from "./install.js";
import { launch } from "./launch.js";

if (install({ dev: false })) launch(new URL("../testnet/src/commands/start.ts", import.meta.url));
else process.exitCode = 1;
