import { renderToStaticMarkup } from 'react-dom/server';
import { MemoryRouter } from 'react-router';
import { expect, test } from 'vitest';
import { NoticeList } from './notice-list.tsx';
import { PutBackNotice } from './put-back-notice.tsx';

const owned = { code: 'owned', words: 'Deployment web is owned by Helm release shop.', noWayBack: false };
const none = { code: 'owner-without-way', words: 'Declare rollback.gitops of the service.', noWayBack: true };

test('what has no way back is said in words and by its shape, not by colour', () => {
  const shown = renderToStaticMarkup(<NoticeList notices={[none, owned]} />);
  expect(shown).toContain('<strong>No way back. </strong>Declare rollback.gitops of the service.');
  expect(shown).toContain('Deployment web is owned by Helm release shop.');
  expect(shown.match(/data-meaning="watch"/g)?.length).toBeGreaterThan(0);
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
