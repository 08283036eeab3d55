import type { Json } from './objects.ts';

export interface DecodedJson {
  value: Json;
  /** Texts like `duplicate field "spec.replicas"`; the last one wins. */
  duplicates: string[];
}

/** JSON.parse that also tells duplicate keys, which it would swallow. Throws SyntaxError. */
export function decodeJson(text: string): DecodedJson {
  const value = JSON.parse(text) as Json;
  return { value, duplicates: findDuplicateKeys(text) };
}

/** How Go's decoder complains about text that is no JSON, near enough. */
export function describeMalformedJson(text: string): string {
  const afterBrace = /^\s*\{\s*([^"}\s])/.exec(text)?.[1];
  if (afterBrace) return `invalid character '${afterBrace}' looking for beginning of object key string`;
  const first = text.trim().charAt(0);
  return first
    ? `invalid character '${first}' looking for beginning of value`
    : 'unexpected end of JSON input';
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

interface Level {
  isObject: boolean;
  keys: Set<string>;
  /** The member or index being read. */
  at: string;
  expectsKey: boolean;
  index: number;
}

/** Walks the tokens of valid JSON and remembers which keys each open object has had. */
function findDuplicateKeys(text: string): string[] {
  const duplicates: string[] = [];
  const levels: Level[] = [];
  const path = (key: string): string =>
    levels.slice(0, -1).reduce((sum, level) => join(sum, level), '') + key;
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      levels.push({ isObject: token === '{', keys: new Set(), at: '', expectsKey: token === '{', index: 0 });
    } else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && level) {
      level.expectsKey = level.isObject;
      level.index += 1;
    } else if (level?.expectsKey && token.startsWith('"')) {
      const key = JSON.parse(token) as string;
      if (level.keys.has(key)) duplicates.push(`duplicate field "${path(key)}"`);
      level.keys.add(key);
      level.at = key;
      level.expectsKey = false;
    }
  }
  return duplicates;
}

function join(path: string, level: Level): string {
  return level.isObject ? `${path}${level.at}.` : `${path.replace(/\.$/, '')}[${level.index}].`;
}
