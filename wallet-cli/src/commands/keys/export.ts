import { hexFromBytes } from "@pyralog/chain/base";
import type { Context } from "../context.ts";

/** Shows a key's secret, after asking twice and for the password. */
export async function exportKey(
  context: Context,
  options: { readonly name: string; readonly phrase: boolean },
): Promise<void> {
  const { name } = options;
  const { prompter, output, keystore } = context;
  keystore.show(name);
  await prompter.confirm(`Show the secret of ${name} on this screen?`);
  await prompter.confirm("Whoever sees it can take everything. Is nobody watching?");
  const { secretKey, phrase } = await context.unlock(name);
  const privateKey = `0x${hexFromBytes(secretKey)}`;
  const words = options.phrase ? (phrase?.words ?? "") : "";
  if (options.phrase && words === "") output.say(`${name} came without a phrase.`);
  output.answer({
    json: { name, privateKey, ...(words === "" ? {} : { mnemonic: words }) },
    text: words === "" ? privateKey : words,
  });
}
