/**
 * `npm start` and the verbs on a local network. `start.ts` is an entry of its own: it supervises
 * the network until Ctrl-C. The verbs run in other terminals; they find the network by its file in
 * the home, ask its nodes like any client, and leave orders with the supervisor.
 */
export { examine } from "./doctor.ts";
export { payFromFaucet } from "./faucet.ts";
export { showLogs } from "./logs.ts";
export { showNetworkStatus } from "./network-status.ts";
export { networkHome } from "./options.ts";
export { orderNode } from "./order-node.ts";
