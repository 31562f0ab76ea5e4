/**
 * What each `pyralog NOUN VERB` does, one file a verb. A command reads its context, asks the node
 * or the keystore, and gives one answer; whatever it cannot do is an error with an exit code and
 * the next command to type.
 */
export { showBalance } from "./account/balance.ts";
export { showAccount } from "./account/show.ts";
export { carryOut, carryOutWith } from "./carry-out.ts";
export { CommandError, type CommandErrorCode } from "./command-error.ts";
export { getSetting, setSetting, showConfig, unsetSetting } from "./config.ts";
export { Context, type GlobalOptions } from "./context.ts";
export { exitCodes, type ExitCode } from "./exit-code.ts";
export { changePassword } from "./keys/change-password.ts";
export { deleteKey } from "./keys/delete.ts";
export { exportKey } from "./keys/export.ts";
export { importKey } from "./keys/import.ts";
export { listKeys } from "./keys/list.ts";
export { newKey } from "./keys/new.ts";
export { showKey } from "./keys/show.ts";
export type { Prompter } from "./prompter.ts";
export { showStatus } from "./status.ts";
export { sendTx } from "./tx/send.ts";
export { showTx } from "./tx/show.ts";
export { waitTx } from "./tx/wait.ts";
