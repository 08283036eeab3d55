import { createInMemoryHttpProbe } from '@lastgood/testkit/fakes/in-memory-http-probe';
import { expect, it } from 'vitest';
import { loggedProbe } from './logged-probe.ts';

it('logs what was found and shows only that it could not be reached', async () => {
  const lines: unknown[] = [];
  const shown = { kind: 'unreachable', reason: 'a:80 could not be reached.' } as const;
  const probe = loggedProbe(
    createInMemoryHttpProbe(() => ({ ...shown, detail: 'connection refused' })),
    { info: (line: unknown) => lines.push(line) },
  );
  expect(await probe.get('http://a/?key=secret', new AbortController().signal)).toEqual(shown);
  expect(lines).toEqual([{ asked: 'a', detail: 'connection refused' }]);
});
