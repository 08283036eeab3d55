import type { Tree } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/*
 * Reading a query takes a few milliseconds at most, whatever it is. Three things of the grammar's parser grow faster than the
 * text: going on after an error (0.05 ms a character), brackets within brackets, and trees that are too deep to be walked.
 */

export type Parsed =
  | { kind: 'whole'; tree: Tree }
  /** It cannot be read at `at`. The tree reaches as far as `end` and has errors. */
  | { kind: 'broken'; tree: Tree; at: number; end: number }
  | { kind: 'too-deep'; problem: string };

/** Without a recovery: what cannot be read ends it. */
const strict = parser.configure({ strict: true });

/** How much is read behind an error, to say what is wrong there. */
const behindErrorChars = 120;

const mostBrackets = 100;
const mostLevels = 500;

export function parseQuery(text: string): Parsed {
  if (bracketLevels(text) > mostBrackets)
    return tooDeep(`has brackets within brackets, more than ${mostBrackets} deep`);
  const tree = parseWhole(text);
  if (typeof tree !== 'number')
    return treeLevels(tree) > mostLevels ? tooLongChain() : { kind: 'whole', tree };
  const end = Math.min(text.length, tree + behindErrorChars);
  const readable = parser.parse(text.slice(0, end));
  // Strict, the parser gives up on what is right where it is too long a chain.
  if (treeLevels(readable) > mostLevels) return tooLongChain();
  return { kind: 'broken', tree: readable, at: tree, end };
}

/** The tree, or where the text cannot be read. */
export function parseWhole(text: string): Tree | number {
  try {
    return strict.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return Number(/\d+$/.exec(error.message)?.[0] ?? 0);
  }
}

function tooDeep(what: string): Parsed {
  return { kind: 'too-deep', problem: `The query ${what}: split it, for example by recording rules.` };
}

function tooLongChain(): Parsed {
  return tooDeep(`is a chain of more than ${mostLevels} operations`);
}

const tokens = /#[^\n]*|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`[^`]*`?|[([{]|[)\]}]/gs;

function bracketLevels(text: string): number {
  let [level, most] = [0, 0];
  for (const [token] of text.matchAll(tokens)) {
    if ('([{'.includes(token)) level += 1;
    else if (')]}'.includes(token)) level -= 1;
    most = Math.max(most, level);
  }
  return most;
}

function treeLevels(tree: Tree): number {
  let [level, most] = [0, 0];
  tree.iterate({
    enter() {
      level += 1;
      most = Math.max(most, level);
    },
    leave() {
      level -= 1;
    },
  });
  return most;
}
