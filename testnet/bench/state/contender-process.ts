/** One contender, measured in a process that does nothing else: prints its rate. */
import { measureContender } from "./contenders.ts";

process.stdout.write(`${measureContender(process.argv[2] ?? "")}\n`);
