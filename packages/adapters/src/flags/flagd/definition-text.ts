import { isMap, parseDocument } from 'yaml';
import { fitting } from '../../http/fitting.ts';
import { parseStrictJson } from '../../http/strict-json.ts';
import { type DefinitionChange, DefinitionFile } from './definition.ts';

/** The definitions in a text, by the name of the flag; null where it holds none that all readers read in one way. */
export function definitionsIn(text: string, isYaml: boolean): Record<string, unknown> | null {
  return fitting(DefinitionFile, isYaml ? parsedYaml(text) : parsedJson(text))?.flags ?? null;
}

function parsedJson(text: string): unknown {
  const read = parseStrictJson(Buffer.from(text));
  return read.kind === 'json' ? read.value : null;
}

function parsedYaml(text: string): unknown {
  const document = parseDocument(text);
  try {
    return document.errors.length > 0 ? null : document.toJS({ maxAliasCount: 100 });
  } catch {
    return null;
  }
}

/** The text with one flag changed: comments of YAML and the indentation of JSON stay. Null where that cannot be written so. */
export function withChange(
  text: string,
  isYaml: boolean,
  flag: string,
  change: DefinitionChange,
): string | null {
  return isYaml ? changedYaml(text, flag, change) : changedJson(text, flag, change);
}

function changedJson(text: string, flag: string, change: DefinitionChange): string | null {
  const file = fitting(DefinitionFile, parsedJson(text));
  if (file === null || !Object.hasOwn(file.flags, flag)) return null;
  Object.assign(file.flags[flag] as object, change);
  const indent = /^([ \t]+)"/m.exec(text)?.[1];
  return `${JSON.stringify(file, null, indent)}${text.endsWith('\n') ? '\n' : ''}`;
}

/** What an alias or a merge brings belongs to other flags too. */
function changedYaml(text: string, flag: string, change: DefinitionChange): string | null {
  const document = parseDocument(text);
  const definition = document.getIn(['flags', flag]);
  if (document.errors.length > 0 || !isMap(definition) || definition.anchor !== undefined) return null;
  for (const [member, value] of Object.entries(change))
    document.setIn(['flags', flag, member], document.createNode(value));
  return document.toString({ lineWidth: 0 });
}
