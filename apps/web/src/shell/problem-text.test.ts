import { ApiError } from '@lastgood/api-client';
import { expect, test } from 'vitest';
import { problemText } from './problem-toast.tsx';

const problem = (detail: string, errors?: { path: string; message: string }[]) =>
  new ApiError(
    { type: 'about:blank', title: 'Not valid', status: 422, detail, ...(errors ? { errors } : {}) },
    null,
  );

test('what is wrong is said once, each with its place', () => {
  const errors = [
    { path: '/trigger/threshold', message: 'must be number' },
    { path: '/trigger/comparison', message: 'must be one of greater_than, less_than' },
  ];
  const said = problem('body/trigger/threshold: must be number. 1 more in errors.', errors);
  expect(problemText(said).detail).toBe(
    '/trigger/threshold: must be number\n/trigger/comparison: must be one of greater_than, less_than',
  );
});

test('a detail that says more than its places stays', () => {
  expect(problemText(problem('It is larger than 256 KiB.')).detail).toBe('It is larger than 256 KiB.');
  const [first] = [{ path: '/name', message: 'is taken' }];
  expect(problemText(problem('Nothing was stored.', [first])).detail).toBe(
    'Nothing was stored.\n/name: is taken',
  );
});
