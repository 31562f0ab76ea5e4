import { usage } from "./command-error.ts";
import type { Context } from "./context.ts";
import { isSettingName, saveSettings, settingNames, type SettingName } from "./settings.ts";

/** The settings that there are, and the node that would be asked now. */
export function showConfig(context: Context): void {
  const { home, settings, nodeUrl, prefix } = context;
  context.output.answer({
    json: { home, node: nodeUrl, prefix, settings },
    text: [
      `home  ${home}`,
      `node  ${nodeUrl}`,
      ...settingNames.map((name) => `${name} = ${settings[name] ?? "(not set)"}`),
    ].join("\n"),
  });
}

export function getSetting(context: Context, text: string): void {
  const name = nameFrom(text);
  const value = context.settings[name];
  context.output.answer({ json: { [name]: value ?? null }, text: value ?? "" });
}

export function setSetting(
  context: Context,
  setting: { readonly name: string; readonly value: string },
): void {
  const name = nameFrom(setting.name);
  if (name === "node" && !URL.canParse(setting.value)) {
    throw usage(`"${setting.value}" is no URL; write one such as http://127.0.0.1:26657`);
  }
  saveSettings(context.home, { ...context.settings, [name]: setting.value });
  context.output.answer({
    json: { [name]: setting.value },
    text: `${name} = ${setting.value}`,
  });
}

export function unsetSetting(context: Context, text: string): void {
  const name = nameFrom(text);
  const { [name]: before, ...others } = context.settings;
  saveSettings(context.home, others);
  context.output.answer({
    json: { [name]: null },
    text: before === undefined ? `${name} was not set.` : `${name} is no longer set.`,
  });
}

function nameFrom(text: string): SettingName {
  if (isSettingName(text)) return text;
  throw usage(`there is no setting "${text}"; these are: ${settingNames.join(", ")}`);
}
