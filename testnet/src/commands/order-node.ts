import { sendOrder, type OrderFor } from "#processes";
import { nodeIn, runningNetworkIn } from "./running-network.ts";

/** Has the supervisor do it, and says what it did. */
export async function orderNode(home: string, order: OrderFor): Promise<string> {
  const network = runningNetworkIn(home);
  nodeIn(network, order.node);
  return sendOrder(network.control, order);
}
