/**
 * A wallet's questions to one node: JSON-RPC over fetch, one action a file. Messages are the tables
 * of `chain/codec`; nothing here prints, asks people, or touches a key file.
 */
export { broadcastTx } from "./broadcast-tx.ts";
export { ClientError, type ClientErrorCode } from "./client-error.ts";
export { fetchAccount, type ChainAccount } from "./fetch-account.ts";
export { fetchBalances, type Coin } from "./fetch-balances.ts";
export { fetchBlocks, type BlockSummary } from "./fetch-blocks.ts";
export { fetchChain, type Chain, type Denomination } from "./fetch-chain.ts";
export { fetchPeerCount } from "./fetch-peer-count.ts";
export { fetchStatus, type NodeStatus } from "./fetch-status.ts";
export { findTx, type FoundTx } from "./find-tx.ts";
export { queryApp, type Query } from "./query-app.ts";
export { createRpc, type Rpc } from "./rpc.ts";
export { sendMessage, signTx, txHashOf, type Signer, type TxDraft } from "./sign-tx.ts";
export { simulateTx } from "./simulate-tx.ts";
export { waitForTx } from "./wait-for-tx.ts";
