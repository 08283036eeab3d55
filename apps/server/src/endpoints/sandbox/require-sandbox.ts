import { notFound } from '../../problems/problem-error.ts';
import type { SandboxWorld } from '../../sandbox/sandbox-world.ts';
import type { EndpointDependencies } from '../endpoint-dependencies.ts';

/** 404 unless Lastgood runs with its sandbox world. */
export function requireSandbox({ sandbox }: EndpointDependencies): SandboxWorld {
  if (!sandbox) throw notFound('This Lastgood runs without the sandbox. Set sandbox: true to try it.');
  return sandbox;
}
