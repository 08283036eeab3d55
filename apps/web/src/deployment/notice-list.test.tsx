import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { NoticeList } from './notice-list.tsx';

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
