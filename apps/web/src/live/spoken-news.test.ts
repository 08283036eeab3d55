import { expect, test } from 'vitest';
import { spoken } from './spoken-news.tsx';

test('news name their service, once', () => {
  expect(spoken({ service: 'c/n/web', text: 'high_error_rate fired' })).toBe('web: high_error_rate fired');
  expect(spoken({ service: 'c/n/web', text: 'The rollback of web stopped' })).toBe(
    'The rollback of web stopped',
  );
  expect(spoken({ service: null, text: 'A replica joined' })).toBe('A replica joined');
});
