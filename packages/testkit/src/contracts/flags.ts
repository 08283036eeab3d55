import type { Flags } from '@lastgood/domain/ports/flags';
import { type FlagValue, flagInWords } from '@lastgood/domain/rollback/contracts/flag-state';
import type { AskOf } from '@lastgood/domain/rollback/need';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attemptStep, attemptUntilOver } from './attempt-step.ts';

/** What can go wrong with a provider; each world has those that its provider knows. */
export type FlagFault =
  /** Accepts and never answers, or is locked by somebody who never ends. */
  | 'hangs'
  /** Answers what is no flag. */
  | 'garbage'
  | 'unavailable'
  | 'busy'
  | 'forbidden'
  /** Takes a write, and its answer is lost. */
  | 'loses-replies'
  /** A write is lost on its way, and so is the answer. */
  | 'loses-writes';

/** A provider with one flag, and its states. */
export interface FlagsWorld {
  flags: Flags;
  flag: AskOf<'flag'>;
  /**
   * Pairs to go from and to, all that this provider keeps: on and off, percentages, variants. The last names the most: somebody
   * else's state in place of it can be told from both, and the provider refuses to overwrite it if it refuses anything.
   */
  moves: [from: FlagValue, to: FlagValue][];
  /** Another state than both of the last move. */
  third: FlagValue;
  /** Puts the flag into a state past Lastgood. */
  put(value: FlagValue): Promise<void>;
  /** Everything that the provider holds, in one value to compare. */
  picture(): Promise<unknown>;
  /** How many writes the provider has taken from Lastgood. */
  taken(): number;
  /** How the faults are made, and `none` to end them. */
  faults: Partial<Record<FlagFault, () => void>> & { none(): void };
  /** Absent where the provider has no archive. */
  archive?: (archived: boolean) => Promise<void>;
  /** Sets what happens right before the next write arrives: only a provider with a fence refuses then. */
  beforeNextWrite?: (act: () => Promise<void>) => void;
  /** What may stand in no reason. */
  secret: string | null;
  close(): Promise<void>;
}

const operation = 'r1/0';
const never = new AbortController().signal;

/** What a provider may lack: an archive, something to refuse by, a way for something to go wrong. */
export type FlagsLack = 'archive' | 'fence' | FlagFault;

/** What every provider of flags keeps, vendors and fakes alike. */
export function flagsContract(
  name: string,
  setUp: () => Promise<FlagsWorld>,
  lacks: readonly FlagsLack[] = [],
): void {
  const without = <F extends FlagFault>(faults: readonly F[]) =>
    faults.filter((fault) => !lacks.includes(fault));
  describe(`${name} keeps the contract of a flag provider`, () => {
    let world: FlagsWorld;
    let move: FlagsWorld['moves'][number];
    let widest: FlagsWorld['moves'][number];
    beforeAll(async () => {
      world = await setUp();
      [move = [true, false]] = world.moves;
      widest = world.moves.at(-1) ?? move;
    });
    beforeEach(() => world.faults.none());
    afterAll(() => world.close());

    const step = ([from, to] = move, over: Partial<AskOf<'flag'>> = {}): StepOf<'set-flag'> => ({
      ...{ kind: 'set-flag', ...world.flag, ...over },
      ...{ from, to },
    });
    const once = (one = step()) => attemptStep(world.flags.setFlag, one, operation);
    const toTheEnd = async (one = step()) =>
      (await attemptUntilOver(world.flags.setFlag, one, operation)).at(-1)?.outcome;
    const serves = async (value: FlagValue) =>
      expect(await attemptStep(world.flags.setFlag, step([value, value]), 'look/0')).toMatchObject({
        outcome: { kind: 'applied' },
        sent: false,
      });
    const made = (fault: FlagFault): (() => void) => {
      const make = world.faults[fault];
      if (!make) throw new Error(`nothing makes ${fault}, and it is not said to be lacking`);
      return make;
    };
    const noSecret = (said: unknown) => {
      if (world.secret !== null) expect(JSON.stringify(said)).not.toContain(world.secret);
    };

    it('tells what a flag serves, as a plan needs it', async () => {
      for (const [from, to] of world.moves) {
        await world.put(from);
        await serves(from);
        const other = await world.flags.setFlag.observe(step([to, to]), { key: 'look/0', epoch: 1 }, never);
        expect(await world.flags.readFlag(world.flag, never)).toEqual(other);
        expect(other).toMatchObject({ kind: 'seen', seen: { archived: false } });
      }
    });

    it('sets every kind of state once, and applying twice is applying once', async () => {
      for (const one of world.moves) {
        await world.put(one[0]);
        const before = world.taken();
        expect(await toTheEnd(step(one)), flagInWords(one[1])).toMatchObject({ kind: 'applied' });
        const [picture, taken] = [await world.picture(), world.taken()];
        expect(taken).toBeGreaterThan(before);
        expect(await once(step(one))).toMatchObject({ outcome: { kind: 'applied' }, sent: false });
        expect(await attemptStep(world.flags.setFlag, step(one), 'r2/0')).toMatchObject({ sent: false });
        expect([await world.picture(), world.taken()]).toEqual([picture, taken]);
        await serves(one[1]);
      }
    });

    it('sets a state back and forth, as a rollback of a rollback does', async () => {
      await world.put(move[0]);
      await toTheEnd();
      expect(await toTheEnd(step([move[1], move[0]]))).toMatchObject({ kind: 'applied' });
      await serves(move[0]);
    });

    it("refuses somebody else's state and leaves it alone", async () => {
      await world.put(world.third);
      const picture = await world.picture();
      expect((await once(step(widest))).outcome).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining('Somebody else changed it'),
      });
      expect(await world.picture()).toEqual(picture);
    });

    it('does not overwrite what changes between the look and the write', async () => {
      await world.put(widest[0]);
      const { setFlag } = world.flags;
      let picture: unknown;
      const meddled: typeof setFlag = {
        observe: setFlag.observe,
        async apply(...given) {
          if (picture === undefined) {
            await world.put(world.third);
            picture = await world.picture();
          }
          return setFlag.apply(...given);
        },
      };
      const attempts = await attemptUntilOver(meddled, step(widest), operation);
      expect(attempts.at(-1)?.outcome).toMatchObject({ kind: 'failed' });
      expect(await world.picture()).toEqual(picture);
    });

    const fenced = 'is refused by the provider itself what changes while the write is on its way';
    it.each(lacks.includes('fence') ? [] : [fenced])('%s', async () => {
      await world.put(widest[0]);
      let picture: unknown;
      world.beforeNextWrite?.(async () => {
        await world.put(world.third);
        picture = await world.picture();
      });
      expect(await toTheEnd(step(widest))).toMatchObject({ kind: 'failed' });
      expect(picture).toBeDefined();
      expect(await world.picture()).toEqual(picture);
    });

    it('is done once by two that come at the same time', async () => {
      await world.put(move[0]);
      await Promise.all([once(), attemptStep(world.flags.setFlag, step(), operation)]);
      expect(await toTheEnd()).toMatchObject({ kind: 'applied' });
      await serves(move[1]);
    });

    it.each(without(['loses-replies', 'loses-writes']))('ends well where the way %s', async (fault) => {
      const make = made(fault);
      await world.put(move[0]);
      const before = world.taken();
      make();
      const first = await once();
      expect(first.sent).toBe(true);
      world.faults.none();
      expect(await toTheEnd()).toMatchObject({ kind: 'applied' });
      expect(world.taken()).toBe(before + 1);
      noSecret(first);
    });

    it.each(without(['hangs', 'garbage', 'unavailable', 'busy', 'forbidden']))(
      'waits and changes nothing where the provider %s',
      async (fault) => {
        const make = made(fault);
        await world.put(move[0]);
        const picture = await world.picture();
        make();
        const attempted = await once();
        const read = await world.flags.readFlag(world.flag, never);
        world.faults.none();
        expect(attempted).toMatchObject({ outcome: { kind: 'waiting' }, sent: false });
        expect(read).toEqual({ kind: 'unreachable', reason: expect.stringMatching(/\w/) });
        expect(await world.picture()).toEqual(picture);
        noSecret([attempted, read]);
      },
    );

    it.each(without(['garbage']))('takes no answer that is %s for done', async (fault) => {
      const make = made(fault);
      await world.put(move[1]);
      make();
      expect((await once()).outcome.kind).toBe('waiting');
    });

    it('says when there is no such flag, and sends nothing', async () => {
      const gone = { flag: 'no-such-flag' };
      await world.put(move[0]);
      expect(await world.flags.readFlag({ ...world.flag, ...gone }, never)).toMatchObject({
        kind: 'not-found',
      });
      expect(await once(step(move, gone))).toMatchObject({ outcome: { kind: 'failed' }, sent: false });
      for (const flag of ['..', '.']) {
        const read = await world.flags.readFlag({ ...world.flag, flag }, never);
        expect(read).toMatchObject({ kind: 'not-found' });
      }
    });

    it.each(lacks.includes('archive') ? [] : ['archived'])('refuses a flag that is %s', async () => {
      await world.put(move[0]);
      await world.archive?.(true);
      const { outcome } = await once();
      await world.archive?.(false);
      expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('archived') });
    });

    it('sends nothing once it is called off', async () => {
      await world.put(move[0]);
      const picture = await world.picture();
      const attempted = await attemptStep(world.flags.setFlag, step(), operation, AbortSignal.abort());
      expect(attempted).toMatchObject({ outcome: { kind: 'waiting' }, sent: false });
      expect(await world.picture()).toEqual(picture);
    });
  });
}
