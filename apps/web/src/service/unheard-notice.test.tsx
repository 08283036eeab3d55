import { renderToStaticMarkup } from 'react-dom/server';
import { MemoryRouter } from 'react-router';
import { expect, test } from 'vitest';
import { UnheardNotice } from './unheard-notice.tsx';

const shown = (unheard: string | null) =>
  renderToStaticMarkup(
    <MemoryRouter>
      <UnheardNotice unheard={unheard} />
    </MemoryRouter>,
  );

test('that nobody is woken is said in the words of the server, with where to look and what to declare', () => {
  const said = 'Nobody is woken by this service (suggested): chat: The token was revoked.';
  expect(shown(said)).toContain(said);
  expect(shown(said)).toContain('href="/status"');
  expect(shown(said)).toContain('href="/api/docs"');
});

test('where somebody is, nothing is said', () => expect(shown(null)).toBe(''));
