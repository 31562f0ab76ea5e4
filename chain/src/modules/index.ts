/**
 * The modules that need no token: who has an account, which parameters consensus runs under, and
 * which chain this is. Each lies in a folder with the same files (STYLE rule 7).
 */
export { accountKeeper, createAuthModule } from "./auth/index.ts";
export {
  blockBytesCarried,
  consensusKeeper,
  createConsensusModule,
  isCarried,
} from "./consensus/index.ts";
export { createNetworkModule, identityKeeper } from "./network/index.ts";
