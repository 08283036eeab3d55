import type { DeploymentInput } from '@lastgood/api-client';
import type { Option } from '../command-line/command.ts';
import { UsageError } from '../command-line/usage-error.ts';

type Changes = NonNullable<DeploymentInput['changes']>;
type Change = Changes[number];

/** What else a deployment changes, one option a kind. What was before is read by Lastgood. */
export const changeOptions = {
  flag: {
    type: 'string',
    multiple: true,
    value: '[[[PROVIDER/]PROJECT/]ENVIRONMENT/]FLAG=VALUE',
    says: 'a feature flag about to be set: on, off, a number or the name of a variant; may be repeated',
  },
  migration: {
    type: 'string',
    multiple: true,
    value: 'DATABASE=VERSION',
    says: 'a database about to be migrated to this version of its schema; may be repeated',
  },
  'commit-of': {
    type: 'string',
    multiple: true,
    value: 'REPOSITORY@[BEFORE..]SHA',
    says: 'a commit of a configured Git repository that brings it out, or the one that served and it; may be repeated',
  },
  stack: {
    type: 'string',
    multiple: true,
    value: 'STACK=[BEFORE..]COMMIT',
    says: 'infrastructure about to be brought to this commit of its configuration, from the one in place; may be repeated',
  },
} as const satisfies Record<string, Option>;

type Given = { [K in keyof typeof changeOptions]?: string[] | undefined };

/** The changes that the options name; undefined where they name none. Throws `UsageError`. */
export function toChanges(given: Given): Changes | undefined {
  const changes = [
    ...each('flag', given, toFlag),
    ...each('migration', given, (text) => {
      const [database, after] = halves('migration', text, '=');
      return { kind: 'migration', target: { database }, after };
    }),
    ...each('commit-of', given, (text) => {
      const [repository, after] = halves('commit-of', text, '@');
      return { kind: 'gitops', target: { repository }, ...fromTo(after) };
    }),
    ...each('stack', given, (text) => {
      const [stack, after] = halves('stack', text, '=');
      return { kind: 'infrastructure', target: { stack }, ...fromTo(after) };
    }),
  ];
  return changes.length > 0 ? changes : undefined;
}

function each(option: keyof Given, given: Given, toChange: (text: string) => Change): Change[] {
  const texts = given[option] ?? [];
  const twice = texts.find((text, index) => texts.indexOf(text) !== index);
  if (twice !== undefined) throw new UsageError(`--${option} "${twice}" is given twice`);
  return texts.map(toChange);
}

const pathOfFlag = ['provider', 'project', 'environment', 'flag'];

function toFlag(text: string): Change {
  const [path, value] = halves('flag', text, '=');
  const names = path.split('/');
  if (names.length > pathOfFlag.length || names.includes(''))
    throw new UsageError(`--flag "${text}" is not ${changeOptions.flag.value}`);
  const members = pathOfFlag
    .slice(-names.length)
    .map((member, index) => [member, names[index] ?? ''] as const);
  return { kind: 'flag', target: Object.fromEntries(members), after: toValue(value) };
}

/** As people write what a flag is. */
function toValue(text: string): boolean | number | string {
  if (text === 'on' || text === 'true') return true;
  if (text === 'off' || text === 'false') return false;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** "abc..def", or the new one alone. */
function fromTo(text: string): Pick<Change, 'before' | 'after'> {
  const at = text.indexOf('..');
  return at < 1 ? { after: text } : { before: text.slice(0, at), after: text.slice(at + 2) };
}

/** Before and after the last separator: what stands before it may contain it. */
function halves(option: keyof Given, text: string, separator: string): [string, string] {
  const at = text.lastIndexOf(separator);
  const [before, after] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1 || after === '')
    throw new UsageError(`--${option} "${text}" is not ${changeOptions[option].value}`);
  return [before, after];
}
