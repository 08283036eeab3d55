export type * from './generated/model/index.ts';
export * from './generated/operations.ts';
export { ApiError, connect } from './request.ts';
