export { backtest } from './backtest.ts';
export type * from './generated/model/index.ts';
export * from './generated/operations.ts';
export { given } from './given.ts';
export { ApiError, connect, signWith } from './request.ts';
