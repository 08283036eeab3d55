import { aDeployment, aPlan, aRun, aService, aStep } from '@lastgood/testkit/scenario/builders';
import { describe, expect, it } from 'vitest';
import { concludeFailed } from '../rollback/conclude-run.ts';
import { forOutside, quoted } from './outside-words.ts';

const answer = 'bad_data: errors{service="web"} (at 1) could not be parsed';

describe('a sentence as it leaves the house', () => {
  it('has what is around a known answer, and not the answer', () => {
    const said = `whether it breached before cannot be read (could not ask: ${answer}); it was waited for 30 s`;
    expect(forOutside(said, [answer, ''])).toBe(
      'whether it breached before cannot be read (could not be asked (its page says why)); it was waited for 30 s',
    );
  });

  it('ends where an answer begins of which nobody knows where it ends', () => {
    expect(forOutside(`rate could not ask: ${answer}: rolling back.`)).toBe(
      'rate could not be asked. The rest stands on its page.',
    );
  });

  it('is as it is where nobody outside is quoted', () =>
    expect(forOutside('web is back on v1, verified.')).toBe('web is back on v1, verified.'));
});

it('what a program has written stands in the event of a stop, and in no message about it', () => {
  const rows = 'ERROR: duplicate key (email)=(ada@example.com) »«';
  const step = aStep();
  const context = {
    ...{ run: aRun({ plan: aPlan() }), service: aService(), deployment: aDeployment(), steps: [step] },
    ...{ target: aDeployment({ id: 'd1', release: 1 }), isRecorded: false, checks: [] },
  };
  const ended = concludeFailed(
    context as unknown as Parameters<typeof concludeFailed>[0],
    step,
    { reason: `dbmate could not reverse 7: ${quoted(rows)}`, advice: 'Mend it.', sent: false },
    1,
  );
  expect(JSON.stringify(ended.events)).toContain('ada@example.com');
  expect(JSON.stringify(ended.notifications)).not.toContain('ada@');
  expect(ended.notifications?.[0]?.title).toMatch(/could not reverse 7: what was said stands on its page$/);
});
