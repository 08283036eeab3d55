import { ApiError } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { createAccess } from './access.ts';

function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  } as Storage;
}

const problem = (status: number) =>
  new ApiError({ type: 'about:blank', title: '', status, detail: '' }, null);

test('locks on a 401 and on nothing else', () => {
  const access = createAccess(memory());
  access.onFault(problem(403));
  access.onFault(new TypeError('fetch failed'));
  expect(access.locked()).toBe(false);
  let told = 0;
  access.subscribe(() => {
    told += 1;
  });
  access.onFault(problem(401));
  access.onFault(problem(401));
  expect([access.locked(), told]).toEqual([true, 1]);
});

test('keeps a token once it was accepted, offers it to the socket, and forgets one that was refused', () => {
  const storage = memory();
  const access = createAccess(storage);
  expect(access.protocols()).toEqual([]);
  access.onFault(problem(401));
  access.present('s3cret');
  expect(storage.getItem('lastgood.token')).toBeNull();
  access.accept();
  expect([access.locked(), access.protocols()]).toEqual([false, ['bearer.s3cret']]);
  expect(createAccess(storage).protocols()).toEqual(['bearer.s3cret']);
  access.refuse();
  expect([access.protocols(), storage.getItem('lastgood.token')]).toEqual([[], null]);
});
