/**
 * Makes the home of a node whose chain is large: the production node runs here in process, without
 * peers and without waiting, and is fed until all accounts are made and all payments are in blocks. What it leaves on the disk is what any validator would have.
 */
import { finish } from "@pyralog/chain/base";
import { authQueryWires, baseAccountWire } from "@pyralog/chain/codec";
import { createHeight, parseGenesis } from "@pyralog/chain/types";
import { createApplication } from "@pyralog/node/app";
import {
  createHome,
  createNodeKey,
  createValidatorKey,
  homePaths,
  type Overrides,
} from "@pyralog/node/config";
import { loadState, openNode, type Node } from "@pyralog/node/drivers";
import { loadCrypto, openDisk, openTable, systemClock, systemTimers } from "@pyralog/node/io";
import { noMetrics, type Table, type Wire } from "@pyralog/node/ports";
import { genesisText, type Accounts } from "./accounts.ts";
import { createAirdropModule } from "./airdrop.ts";
import { Payments } from "./payments.ts";

type Application = ReturnType<typeof createApplication>;

const chainId = "pyralog-bench-1";
const batchTxs = 1_000;
const batchAirdrops = 10;
const versionsMax = 100;
const timeouts = {
  proposeMs: 3_000,
  proposeDeltaMs: 500,
  prevoteMs: 1_000,
  prevoteDeltaMs: 500,
  precommitMs: 1_000,
  precommitDeltaMs: 500,
  commitMs: 10,
};

/** Resolves to the payments, for those that follow. The home must not be there yet. */
export async function generate(options: {
  readonly home: string;
  readonly settings: Overrides;
  readonly accounts: Accounts;
  readonly txs: number;
}): Promise<Payments> {
  const { home, settings, accounts, txs } = options;
  const validator = createValidatorKey();
  const text = genesisText(accounts, { chainId, validator });
  await createHome({
    home,
    nodeKey: createNodeKey(),
    validatorKey: validator,
    genesis: text,
    settings,
  });
  const genesis = parseGenesis(text);
  if (genesis.kind === "refused") throw genesis.error;
  const { data } = homePaths(home);
  const tables = {
    chainTable: await openTable(`${data}/chain.db`),
    applicationTable: await openTable(`${data}/application.db`),
    indexTable: await openTable(`${data}/index.db`),
  };
  const { crypto } = await loadCrypto();
  const state = await loadState(tables.applicationTable, { versionsMax });
  const application = createApplication({ state, crypto, modules: [createAirdropModule()] });
  const failure = Promise.withResolvers<never>();
  const node = await openNode({
    ports: { ...(await loneWorld(data)), ...tables },
    genesis: genesis.value,
    application,
    crypto,
    secretKey: validator.secretKey,
    timeouts,
    mempool: {},
    blocksKept: 0,
    failed: failure.reject,
  });
  await node.start();
  const payments = await Promise.race([pay({ node, application, accounts, txs }), failure.promise]);
  await close(node, Object.values(tables));
  return payments;
}

async function loneWorld(data: string) {
  const wire: Wire = {
    self: "alone",
    start: () => Promise.resolve(),
    send: () => false,
    ban: () => undefined,
    stop: () => Promise.resolve(),
  };
  const log = {
    write(level: string, message: string) {
      if (level === "error") process.stderr.write(`${message}\n`);
    },
  };
  const world = { clock: systemClock, timers: systemTimers, metrics: noMetrics };
  return { ...world, disk: await openDisk(data), wire, log };
}

async function pay(options: {
  readonly node: Node;
  readonly application: Application;
  readonly accounts: Accounts;
  readonly txs: number;
}): Promise<Payments> {
  const { node, application, accounts, txs } = options;
  await until(node, () => node.index.height > 0n);
  const firstNumber = accountNumber(application, accounts.senders[0]?.address ?? "");
  const payments = new Payments({ accounts, chainId, firstNumber });
  const airdrops = (): Uint8Array | undefined => payments.nextAirdrop();
  while (await feed(node, { next: airdrops, count: batchAirdrops }));
  const sends = (): Uint8Array | undefined => (payments.made < txs ? payments.next() : undefined);
  while (await feed(node, { next: sends, count: batchTxs }));
  return payments;
}

/** Submits a batch and waits until it is in blocks; false once there is nothing more. */
async function feed(
  node: Node,
  batch: { readonly next: () => Uint8Array | undefined; readonly count: number },
): Promise<boolean> {
  const submitted: ReturnType<Node["mempool"]["submit"]>[] = [];
  for (let tx = batch.next(); tx !== undefined; tx = batch.next()) {
    submitted.push(node.mempool.submit(tx));
    if (submitted.length === batch.count) break;
  }
  for (const { outcome } of await Promise.all(submitted)) {
    if (outcome.kind === "refused") throw new Error(`refused: ${outcome.error.code}`);
    if (outcome.value.code !== 0) throw new Error(outcome.value.log);
  }
  await until(node, () => node.mempool.pool.size === 0);
  return submitted.length > 0;
}

/** Judged after every block, once it is indexed. */
function until(node: Node, isReached: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (isReached()) {
      resolve();
      return;
    }
    const end = node.events.subscribe((event) => {
      if (event.kind !== "block" || !isReached()) return;
      end();
      resolve();
    });
  });
}

function accountNumber(application: Application, address: string): bigint {
  const path = "/cosmos.auth.v1beta1.Query/Account";
  const data = authQueryWires.Account.request.encode({ address });
  const query = application.query({ path, data, height: createHeight(0n), prove: false });
  const { account } = authQueryWires.Account.response.decode(finish(query).value);
  if (account === undefined) throw new Error(`${address} is not in genesis`);
  return baseAccountWire.decode(account.value).accountNumber;
}

async function close(node: Node, tables: readonly Table[]): Promise<void> {
  await node.stop();
  for (const table of tables) await table.close();
}
