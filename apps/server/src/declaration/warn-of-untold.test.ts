import { acceptDeclared } from '@lastgood/domain/trigger/declared-trigger';
import type { WantedAlert } from '@lastgood/store/alert/told-names';
import { aTrigger } from '@lastgood/testkit/scenario/builders';
import { expect, test } from 'vitest';
import { warnOfUntold } from './warn-of-untold.ts';

const asks = (labels: Record<string, string>, source = 'main') =>
  acceptDeclared({ ...{ kind: 'alert', name: 'told', severity: 'log_only' }, labels, source });

/** What is warned of where nothing that is wanted was told, and what was looked for. */
async function warned(triggers: Parameters<typeof warnOfUntold>[0], names: string[], more = false) {
  const looked: WantedAlert[] = [];
  const warnings = await warnOfUntold(triggers, {
    toldNames: {
      async neverTold(wanted) {
        looked.push(...wanted);
        return wanted.map(({ labels }) => (labels.alertname === 'Watchdog' ? null : { names, more }));
      },
    },
    configured: [{ name: 'main' }],
    variables: { SERVICE: 'web' },
  });
  return { warnings, looked };
}

test('a name that nobody ever told is said beside those that were', async () => {
  const wrong = asks({ alertname: 'HighErorRate', service: '$SERVICE', pod: '$POD_TEMPLATE_HASH' });
  const { warnings, looked } = await warned([aTrigger(), wrong], ['HighErrorRate', 'Watchdog'], true);
  expect(looked).toEqual([{ source: 'main', labels: { alertname: 'HighErorRate', service: 'web' } }]);
  expect(warnings).toEqual([
    'told: no alert with these labels was ever told by main (alertname=HighErorRate, service=web). Alerts that it told of: HighErrorRate, Watchdog and more. Where a name is wrong, or the alert is not routed to Lastgood, this trigger never fires.',
  ]);
  expect((await warned([wrong], [])).warnings).toEqual([
    expect.stringContaining('It has told of no alert yet.'),
  ]);
});

test('what was told, whom nobody knows, and what cannot be looked for is not spoken of', async () => {
  const triggers = [asks({ alertname: 'Watchdog' }), asks({ a: 'b' }, 'mian'), asks({ pod: '$REVISION' })];
  expect((await warned(triggers, ['A'])).warnings).toEqual([]);
});
