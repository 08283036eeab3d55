import { renderToStaticMarkup } from 'react-dom/server';
import { MemoryRouter } from 'react-router';
import { expect, test } from 'vitest';
import { NoticeList } from './notice-list.tsx';
import { PutBackNotice } from './put-back-notice.tsx';

const owned = { code: 'owned', words: 'Deployment web is owned by Helm release shop.', noWayBack: false };
const none = { code: 'owner-without-way', words: 'Declare rollback.gitops of the service.', noWayBack: true };
const flag = { code: 'change-without-way', words: 'Flag f has no way back: declare it.', noWayBack: true };

test('what has no way back is said in words and by its shape, not by colour', () => {
  const shown = renderToStaticMarkup(<NoticeList notices={[none, owned]} />);
  expect(shown).toContain('<strong>No way back. </strong>Declare rollback.gitops of the service.');
  expect(shown).toContain('Deployment web is owned by Helm release shop.');
  expect(shown.match(/data-meaning="watch"/g)?.length).toBeGreaterThan(0);
  // Once is enough.
  expect(renderToStaticMarkup(<NoticeList notices={[flag]} />)).not.toContain('No way back');
});

test('nothing is shown where nothing is to be said', () =>
  expect(renderToStaticMarkup(<NoticeList notices={[]} />)).toBe(''));

test('who put a version back is said with what to do, and leads to the run that had taken it back', () => {
  const back = {
    ...({ state: 'back', words: 'v42 is back: put there by helm.', advice: 'Upgrade it.' } as const),
    ...{ runId: 'r1', manager: 'helm', at: null },
  };
  const shown = (putBack: typeof back | null, link?: boolean) =>
    renderToStaticMarkup(
      <MemoryRouter>
        <PutBackNotice putBack={putBack} {...(link === undefined ? {} : { link })} />
      </MemoryRouter>,
    );
  expect(shown(back, true)).toContain('<strong>v42 is back: put there by helm.</strong> Upgrade it.');
  expect(shown(back, true)).toContain('href="/runs/r1"');
  expect(shown(back)).not.toContain('href');
  expect(shown(null)).toBe('');
});

test('who put a version back is not said twice on one page', () => {
  const words = 'v42 is back: put there by helm.';
  const putBack = {
    state: 'back',
    words,
    advice: 'Upgrade it.',
    runId: 'r1',
    manager: 'helm',
    at: null,
  } as const;
  const shown = (said: { lead: string; restraints: string[] }) =>
    renderToStaticMarkup(
      <MemoryRouter>
        <PutBackNotice putBack={putBack} standing={said} link />
      </MemoryRouter>,
    );
  for (const said of [
    { lead: 'v42 is back: put there by helm', restraints: [] },
    { lead: 'error rate 8 %', restraints: ['v42 is back: put there by helm', 'Upgrade it'] },
  ])
    expect(shown(said)).toMatch(/^<p><a href="\/runs\/r1"[^>]*>The run that had taken it back<\/a><\/p>$/);
  expect(shown({ lead: 'Rolling back', restraints: [] })).toContain(`<strong>${words}</strong> Upgrade it.`);
});
