import { accountFromPhrase, createPhrase, loadCrypto, type WordCount } from "#keystore";
import { usage } from "../command-error.ts";
import type { Context } from "../context.ts";
import { newPassword } from "../new-password.ts";

/** Makes a phrase and keeps the key under it. The phrase is shown, and stored encrypted. */
export async function newKey(
  context: Context,
  options: { readonly name: string; readonly words: string },
): Promise<void> {
  const { name } = options;
  const { keystore, output, prefix } = context;
  keystore.assertFree(name);
  const words = createPhrase(wordCountFrom(options.words));
  const phrase = { words, index: 0 };
  const { secretKey, publicKey, address } = await accountFromPhrase(phrase, await loadCrypto());
  const password = await newPassword(context, name);
  const secret = { secretKey, phrase };
  await keystore.add([{ name, address, publicKey, dev: false, secret }], password);
  const spelled = context.spelled(address, prefix);
  output.answer({
    json: { name, ...spelled, mnemonic: words },
    text: [
      `${name}  ${spelled.address}  ${spelled.hex}`,
      "",
      "Write these words down and keep them away from computers. Whoever has them has the money:",
      "",
      words,
    ].join("\n"),
  });
}

function wordCountFrom(text: string): WordCount {
  if (text === "12") return 12;
  if (text === "24") return 24;
  throw usage(`--words ${text} cannot be; a phrase has 12 or 24 words`);
}
