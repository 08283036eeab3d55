import type {
  ConfigSeen,
  ConfigurationKeep,
  ConfigurationRef,
  Configurations,
  StepOf,
} from '@lastgood/domain';
import { withKept } from '@lastgood/engine/rollback/with-kept';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { attemptStep, attemptUntilOver } from './attempt-step.ts';

export type ConfigurationFault = 'hangs' | 'garbage' | 'unavailable' | 'loses-replies';

/** A cluster whose ConfigMaps and Secrets somebody else writes, and what keeps their contents. */
export interface ConfigurationsWorld {
  configurations: Configurations;
  keep: ConfigurationKeep;
  place: { cluster: string; namespace: string };
  /** Puts an object there past Lastgood; null takes it away. */
  put(object: ConfigurationRef, held: Record<string, string> | null, immutable?: boolean): Promise<void>;
  /** What it holds, as people write it; null where it is not there. */
  held(object: ConfigurationRef): Promise<Record<string, string> | null>;
  /** How many writes of Lastgood the cluster has taken. */
  taken(): number;
  beforeNextWrite(act: () => Promise<void>): void;
  faults: Partial<Record<ConfigurationFault, () => void>> & { none(): void };
  close(): Promise<void>;
}

const never = new AbortController().signal;
const [bad, good, third] = [
  { LEVEL: 'debug', PASSWORD: 'hunter2-of-the-bad-one' },
  { LEVEL: 'info', PASSWORD: 'hunter2-of-the-good-one', SIZE: '3' },
  { LEVEL: 'trace' },
];

/** What everybody who sets configuration keeps, vendors and fakes alike. */
export function configurationsContract(
  name: string,
  setUp: () => Promise<ConfigurationsWorld>,
  lacks: readonly ConfigurationFault[] = [],
): void {
  describe.each(['ConfigMap', 'Secret'] as const)(
    `${name} keeps the contract of configuration, %s`,
    (kind) => {
      let world: ConfigurationsWorld;
      let count = 0;
      let object: ConfigurationRef;
      beforeAll(async () => {
        world = await setUp();
      });
      beforeEach(() => {
        world.faults.none();
        count += 1;
        object = { kind, name: `shop-${count}` };
      });
      afterAll(() => world.close());

      const read = async () => {
        const ask = { ...world.place, objects: [object], workloads: [] };
        const answer = await world.configurations.readConfiguration(ask, never);
        if (answer.kind !== 'seen') throw new Error(answer.reason);
        const [found] = answer.seen;
        if (!found) throw new Error('it was not told of');
        return found;
      };
      /** As a look at a release records it. */
      const record = async (held: Record<string, string>) => {
        await world.put(object, held);
        const { state, sealed } = (await read()).seen;
        if (state.kind !== 'there' || sealed === undefined) throw new Error('it is not kept');
        await world.keep.keep([{ digest: state.digest, sealed }]);
        return state;
      };
      const effect = () => withKept(world.configurations.setConfig, world.keep);
      /** From the bad contents to the good ones. */
      const changed = async (): Promise<StepOf<'set-config'>> => {
        const to = await record(good);
        return { kind: 'set-config', object: { ...world.place, ...object }, from: await record(bad), to };
      };
      const toTheEnd = async (step: StepOf<'set-config'>) =>
        (await attemptUntilOver(effect(), step, 'r1/0')).at(-1)?.outcome;

      it('tells the same of the same contents, and no value', async () => {
        const [first, other] = [await record(good), await record(bad)];
        expect(await record(good)).toEqual(first);
        expect(other.digest).not.toBe(first.digest);
        expect(Object.keys(other.keys).sort()).toEqual(['LEVEL', 'PASSWORD']);
        const said = JSON.stringify(await read());
        for (const value of Object.values(good).filter((text) => text.length > 3)) {
          expect(said).not.toContain(value);
          expect(said).not.toContain(Buffer.from(value).toString('base64'));
        }
      });

      it('sets it back once, and applying twice is applying once', async () => {
        const step = await changed();
        const before = world.taken();
        expect(await toTheEnd(step)).toMatchObject({ kind: 'applied' });
        expect(await world.held(object)).toEqual(good);
        expect(await toTheEnd(step)).toMatchObject({ kind: 'applied' });
        expect(await attemptStep(effect(), step, 'r2/0')).toMatchObject({ sent: false });
        expect(world.taken()).toBe(before + 1);
      });

      it('creates it again where it was pruned', async () => {
        const step = { ...(await changed()), from: null };
        await world.put(object, null);
        expect(await toTheEnd(step)).toMatchObject({ kind: 'applied' });
        expect(await world.held(object)).toEqual(good);
      });

      it('leaves what somebody else has put there alone, also right before the write', async () => {
        const step = await changed();
        await world.put(object, third);
        expect(await toTheEnd(step)).toMatchObject({ kind: 'failed' });
        await world.put(object, bad);
        world.beforeNextWrite(() => world.put(object, third));
        expect(await toTheEnd(step)).toMatchObject({ kind: 'failed' });
        expect(await world.held(object)).toEqual(third);
      });

      it('keeps what it overwrites', async () => {
        const to = await record(good);
        await world.put(object, third);
        const { state } = (await read()).seen;
        if (state.kind !== 'there') throw new Error('it is not there');
        const step = { kind: 'set-config', object: { ...world.place, ...object }, from: state, to } as const;
        expect(await toTheEnd(step)).toMatchObject({ kind: 'applied' });
        expect(await toTheEnd({ ...step, from: to, to: state })).toMatchObject({ kind: 'applied' });
        expect(await world.held(object)).toEqual(third);
      });

      it('refuses contents that are kept no more, or are not what they are said to be', async () => {
        const step = await changed();
        const to = { ...step.to, digest: `${step.to.digest.slice(0, -4)}0000` };
        expect(await toTheEnd({ ...step, to })).toMatchObject({ kind: 'failed' });
        expect(await world.held(object)).toEqual(bad);
      });

      it('refuses what is immutable', async () => {
        const step = await changed();
        await world.put(object, null);
        await world.put(object, bad, true);
        expect(await toTheEnd(step)).toMatchObject({
          kind: 'failed',
          reason: expect.stringContaining('immutable'),
        });
      });

      it.skipIf(lacks.includes('loses-replies'))('after a lost reply it is there once', async () => {
        const step = await changed();
        const before = world.taken();
        world.faults['loses-replies']?.();
        expect(await toTheEnd(step)).toMatchObject({ kind: 'applied' });
        expect([await world.held(object), world.taken()]).toEqual([good, before + 1]);
      });

      it.each((['hangs', 'garbage', 'unavailable'] as const).filter((fault) => !lacks.includes(fault)))(
        'says nothing and changes nothing while the cluster is so: %s',
        async (fault) => {
          const step = await changed();
          world.faults[fault]?.();
          const observed = await effect().observe(step, { key: 'r1/0', epoch: 1 }, never);
          expect(observed).toMatchObject({ kind: 'unreachable' });
          expect(JSON.stringify(observed)).not.toContain('hunter2');
          world.faults.none();
          expect(await world.held(object)).toEqual(bad);
        },
      );

      it('one that is not there is told as that', async () => {
        const { seen } = await read();
        expect(seen).toEqual<ConfigSeen>({
          ...{ uid: null, resourceVersion: null, beingDeleted: false },
          state: { kind: 'absent' },
        });
      });
    },
  );
}
