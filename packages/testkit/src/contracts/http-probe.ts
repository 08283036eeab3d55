import type { HttpProbe } from '@lastgood/domain/ports/http-probe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A probe with URLs whose right results are known. */
export interface HttpProbeWorld {
  probe: HttpProbe;
  /** URL to the status it answers. */
  answering: Record<string, number>;
  /** URLs whose addresses the probe must not ask. */
  refused: string[];
  /** Those of them that are known to be refused before they are asked. */
  refusedAsWritten?: string[];
  /** URLs where nothing answers. */
  unreachable: string[];
  close(): Promise<void>;
}

/** What every HTTP probe keeps, the real one and the fake alike. */
export function httpProbeContract(name: string, setUp: () => Promise<HttpProbeWorld>): void {
  describe(`${name} keeps the contract of an HTTP probe`, () => {
    let world: HttpProbeWorld;
    beforeAll(async () => {
      world = await setUp();
    });
    afterAll(() => world.close());

    const signal = () => new AbortController().signal;

    it('answers with the status as it was, errors included', async () => {
      const statuses = Object.values(world.answering);
      expect(statuses).toContain(200);
      expect(statuses.some((status) => status >= 500)).toBe(true);
      for (const [url, status] of Object.entries(world.answering)) {
        const result = await world.probe.get(url, signal());
        expect(result).toEqual({ kind: 'answered', status, tookMs: expect.any(Number), ageMs: 0 });
      }
    });

    it('refuses addresses that are not allowed, with the reason', async () => {
      expect(world.refused).not.toEqual([]);
      for (const url of world.refused) {
        expect(await world.probe.get(url, signal())).toEqual({
          kind: 'refused',
          reason: expect.stringMatching(/\w/),
        });
      }
    });

    it('says before it asks what it would refuse, by what is written alone', () => {
      for (const url of [
        'file:///etc/passwd',
        'http://me:secret@example.test/',
        ...(world.refusedAsWritten ?? []),
      ])
        expect(world.probe.refusal(url), url).toMatch(/\w/);
      for (const url of Object.keys(world.answering)) expect(world.probe.refusal(url)).toBeNull();
    });

    it.each(['not a url', '', 'file:///etc/passwd', 'http://me:secret@example.test/'])(
      'refuses %j',
      async (url) => {
        expect(await world.probe.get(url, signal())).toEqual({
          kind: 'refused',
          reason: expect.stringMatching(/\w/),
        });
      },
    );

    it('says unreachable where nothing answers, and does not throw', async () => {
      expect(world.unreachable).not.toEqual([]);
      for (const url of world.unreachable) {
        expect(await world.probe.get(url, signal())).toMatchObject({
          kind: 'unreachable',
          reason: expect.stringMatching(/\w/),
        });
      }
    });

    it('says unreachable when it is called off', async () => {
      for (const url of Object.keys(world.answering)) {
        expect(await world.probe.get(url, AbortSignal.abort())).toMatchObject({ kind: 'unreachable' });
      }
    });
  });
}
