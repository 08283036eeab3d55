/** Loading this file fills `namedSchemas` with every component of the API. */
import './check.ts';
import './deployment.ts';
import './live.ts';
import './now.ts';
import './problem.ts';
import './run.ts';
import './service.ts';
import './trigger.ts';

export * from './check.ts';
export * from './deployment.ts';
export * from './live.ts';
export { namedSchemas } from './named.ts';
export * from './now.ts';
export * from './problem.ts';
export * from './run.ts';
export * from './service.ts';
export * from './trigger.ts';
