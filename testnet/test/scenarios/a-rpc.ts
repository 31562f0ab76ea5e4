/** A node's RPC that answers what the test says. */
import type { Rpc } from "@pyralog/wallet-cli/client";

type Answer = (params: Readonly<Record<string, unknown>>) => unknown;

export function anRpc(answers: Readonly<Record<string, Answer>>): Rpc {
  return {
    url: "http://test",
    call: (method, params = {}) => {
      const answer = answers[method];
      if (answer === undefined) return Promise.reject(new Error(`nobody asks for ${method}`));
      return Promise.resolve(answer(params));
    },
  };
}
