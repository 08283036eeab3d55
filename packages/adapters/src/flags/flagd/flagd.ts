import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { Flags } from '@lastgood/domain/ports/flags';
import { flagStateOf, servesFlag } from '@lastgood/domain/rollback/contracts/flag-state';
import type { EffectResult, Observed } from '@lastgood/domain/rollback/effect';
import type { AskOf } from '@lastgood/domain/rollback/need';
import { fitting } from '../../http/fitting.ts';
import { type FlagReading, type FlagWrite, flagsOf } from '../flags-of.ts';
import { changeTo, Definition, type FlagdDefinition, stateOf } from './definition.ts';
import { definitionsIn, withChange } from './definition-text.ts';
import { codeOf, replaceFile } from './replace-file.ts';
import type { FlagdSettings } from './settings.ts';

/** A larger file is not read. */
const maxBytes = 4_194_304;

interface Held {
  path: string;
  text: string;
  definition: FlagdDefinition;
}

/**
 * Sets flags in the file of definitions that flagd watches. The file is replaced as a whole, under a lock and only if it is
 * as it was read: any change of it since then, of whichever flag, is looked at anew. It has no projects: any word will do.
 * https://flagd.dev/reference/flag-definitions/
 */
export function createFlagd({ files, timeoutMs = 5_000 }: FlagdSettings): Flags {
  const pathFor = ({ environment }: AskOf<'flag'>) =>
    Object.hasOwn(files, environment) ? (files[environment] ?? null) : null;

  async function read(flag: AskOf<'flag'>, signal: AbortSignal): Promise<Observed<FlagReading<Held>>> {
    const path = pathFor(flag);
    if (path === null)
      return { kind: 'not-found', reason: `no file of flags is configured for ${flag.environment}` };
    const text = await textOf(path, timeoutMs, signal);
    if (typeof text !== 'string') return text;
    const definitions = definitionsIn(text, isYaml(path));
    if (definitions === null) return unreachable(`${path} holds no flag definitions that can be read`);
    if (!Object.hasOwn(definitions, flag.flag))
      return { kind: 'not-found', reason: `${path} has no flag ${flag.flag}` };
    const definition = fitting(Definition, definitions[flag.flag]);
    if (definition === null) return unreachable(`the definition of ${flag.flag} in ${path} cannot be read`);
    const version = createHash('sha256').update(text).digest('hex');
    const seen = { value: stateOf(definition), version, archived: false };
    return { kind: 'seen', seen: { seen, held: { path, text, definition } } };
  }

  async function write({ step, reading }: FlagWrite<Held>, signal: AbortSignal): Promise<EffectResult> {
    const { path, text, definition } = reading.held;
    const state = flagStateOf(step.to);
    const change = changeTo(state, definition);
    if (typeof change === 'string') return refusal(step.flag, change, path);
    if (!servesFlag(stateOf({ ...definition, ...change }), state))
      return refusal(step.flag, 'its percentage and its variants say two things', path);
    const to = withChange(text, isYaml(path), step.flag, change);
    if (to === null) return refusal(step.flag, 'its definition is shared with others by an alias', path);
    return replace({ path, text, to }, signal);
  }

  async function replace(
    { path, text, to }: { path: string; text: string; to: string },
    signal: AbortSignal,
  ): Promise<EffectResult> {
    try {
      const replaced = await replaceFile(path, { text, to }, { timeoutMs, signal });
      if (replaced.kind === 'replaced') return { kind: 'applied', note: `${path} was replaced` };
      if (replaced.kind === 'link') return refusal(path, 'it is a link, as of a mounted ConfigMap', path);
      if (replaced.kind === 'owner')
        return refusal(
          path,
          'the file belongs to somebody else, and would be of Lastgood from then on',
          path,
        );
      const isLocked = replaced.kind === 'locked';
      const reason = isLocked ? `${path} is locked by another replica` : `${path} was changed meanwhile`;
      return { kind: 'retry', reason, afterMs: isLocked ? 1_000 : 0 };
    } catch (error) {
      if (signal.aborted) return { kind: 'retry', reason: 'it was called off', afterMs: 0 };
      return refusal(path, `it cannot be replaced (${codeOf(error)})`, path);
    }
  }

  return flagsOf({ read, write });
}

function isYaml(path: string): boolean {
  return /\.ya?ml$/i.test(path);
}

/** A file on a share that hangs is given up, too. */
async function textOf(path: string, timeoutMs: number, signal: AbortSignal) {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const over = new Promise<never>((_resolve, reject) => {
    deadline.addEventListener('abort', () => reject(new Error('it was not read in time')), { once: true });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([readBounded(path), over]);
  } catch (error) {
    return unreachable(`${path} could not be read (${deadline.aborted ? 'not in time' : codeOf(error)})`);
  }
}

async function readBounded(path: string) {
  if ((await stat(path)).size > maxBytes) return unreachable(`${path} is larger than ${maxBytes} bytes`);
  return readFile(path, 'utf8');
}

function unreachable(reason: string) {
  return { kind: 'unreachable', reason } as const;
}

function refusal(what: string, why: string, path: string): EffectResult {
  return {
    kind: 'refused',
    reason: `${what} cannot be set: ${why}.`,
    advice: `Set the flag by hand where ${path} comes from, then resume.`,
  };
}
