import type { Registries } from '@lastgood/domain/ports/registries';
import type { StepOf } from '@lastgood/domain/rollback/step';
import { keepingTag, type RegistryImage } from '@lastgood/domain/workload/registry-image';
import { beforeEach, describe, expect, it } from 'vitest';
import { attemptStep, attemptUntilOver } from './attempt-step.ts';

/** How the registry behaves from now on. A `lost-reply`: the next thing that it is given is taken, and nobody hears of it. */
export type RegistryMood = 'answers' | 'hangs' | 'talks nonsense' | 'loses a reply';

/** A registry with one backup, `vault`. */
export interface RegistryWorld {
  registries: Registries;
  /** In the registry. */
  held: RegistryImage;
  /** Gone from it, and in the backup. */
  lost: RegistryImage;
  /** Gone from both. */
  nowhere: RegistryImage;
  behave(mood: RegistryMood): void;
  /** Somebody else gives a tag in the repository of an image to other content. */
  takeTag(image: RegistryImage, tag: string): Promise<void>;
  /** What a tag names; null where it names nothing. */
  tagged(image: RegistryImage, tag: string): Promise<string | null>;
  /** From here on the backup has nothing. */
  emptyBackup(): Promise<void>;
}

/** What every vendor of registries keeps, and the fake. */
export function registriesContract(name: string, setUp: () => Promise<RegistryWorld>): void {
  describe(`${name} keeps the contract of registries`, () => {
    let world: RegistryWorld;
    beforeEach(async () => {
      world = await setUp();
    });
    const signal = () => new AbortController().signal;
    const read = (image: RegistryImage) => world.registries.readImage(image, signal());
    const stepOf = (image: RegistryImage): StepOf<'restore-image'> => ({
      ...{ kind: 'restore-image', ...image, backup: 'vault', tag: keepingTag(image.digest) },
    });
    const restore = (image: RegistryImage, operation: string) =>
      attemptUntilOver(world.registries.restoreImage, stepOf(image), operation);
    const last = async (image: RegistryImage, operation: string) =>
      (await restore(image, operation)).at(-1)?.outcome;

    it('tells what is there, what is gone, and who has it still', async () => {
      expect(await read(world.held)).toMatchObject({ kind: 'there' });
      expect(await read(world.nowhere)).toMatchObject({ kind: 'gone', backup: null });
      const gone = await read(world.lost);
      expect(gone).toMatchObject({ kind: 'gone', backup: { name: 'vault', bytes: expect.any(Number) } });
      expect(gone?.kind === 'gone' && gone.backup && gone.backup.bytes > 0).toBe(true);
    });

    it.each<RegistryMood>(['hangs', 'talks nonsense'])('that %s is not known, never gone', async (mood) => {
      world.behave(mood);
      expect(await read(world.lost)).toEqual({ kind: 'unknown', reason: expect.stringMatching(/\w/) });
    });

    it('restores what is lost, once, under its digest and our tag', async () => {
      expect(await last(world.lost, 'r1/0')).toMatchObject({ kind: 'applied' });
      expect(await read(world.lost)).toMatchObject({ kind: 'there' });
      expect(await world.tagged(world.lost, keepingTag(world.lost.digest))).toBe(world.lost.digest);
      const again = await restore(world.lost, 'r2/0');
      expect(again).toMatchObject([{ outcome: { kind: 'applied' }, sent: false }]);
    });

    it('restores with a reply lost on the way', async () => {
      world.behave('loses a reply');
      const attempts = await restore(world.lost, 'r1/0');
      expect(attempts.at(-1)?.outcome).toMatchObject({ kind: 'applied' });
      expect(await read(world.lost)).toMatchObject({ kind: 'there' });
    });

    it('refuses a tag that somebody else has set, and leaves it', async () => {
      const tag = keepingTag(world.lost.digest);
      await world.takeTag(world.lost, tag);
      const theirs = await world.tagged(world.lost, tag);
      expect(await last(world.lost, 'r1/0')).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining('somebody else set it'),
      });
      expect(await world.tagged(world.lost, tag)).toBe(theirs);
      expect(theirs).not.toBe(world.lost.digest);
    });

    it('refuses what the backup has no more', async () => {
      await world.emptyBackup();
      expect(await last(world.lost, 'r1/0')).toMatchObject({
        kind: 'failed',
        reason: expect.stringContaining(world.lost.digest),
      });
      expect(await read(world.lost)).toMatchObject({ kind: 'gone', backup: null });
    });

    it('waits for one that hangs, and goes on when it answers', async () => {
      world.behave('hangs');
      const waits = await attemptStep(world.registries.restoreImage, stepOf(world.lost), 'r1/0');
      expect(waits).toMatchObject({ outcome: { kind: 'waiting' }, sent: false });
      world.behave('answers');
      expect(await last(world.lost, 'r1/0')).toMatchObject({ kind: 'applied' });
    });

    it('is called off by its signal and does not throw', async () => {
      expect(await world.registries.readImage(world.held, AbortSignal.abort())).toMatchObject({
        kind: 'unknown',
      });
    });
  });
}
