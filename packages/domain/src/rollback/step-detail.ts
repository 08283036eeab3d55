import type { InfrastructureChange } from './infrastructure-change.ts';

/** A commit as people tell it from others. */
export interface NamedCommit {
  /** Short, as Git abbreviates it. */
  id: string;
  subject: string;
  /** Null where nobody said. */
  author: string | null;
}

/** A schema that is moved by one version. */
export interface SchemaMove {
  kind: 'schema';
  database: string;
  from: string;
  to: string;
}

/** The table of what an apply changes. */
export interface StackChanges {
  kind: 'stack';
  stack: string;
  from: string;
  to: string;
  changes: InfrastructureChange[];
}

/** What is undone on a branch. */
export interface UndoneCommits {
  kind: 'commits';
  repository: string;
  branch: string;
  /** Only what lies under it; null for all of the repository. */
  path: string | null;
  /** The path becomes what it was, whatever newer commits changed there. */
  isRestore: boolean;
  /** Newest first, at most ten. */
  commits: NamedCommit[];
  /** What that touches, some of them by name. */
  files: string[];
  /** How many it touches in all. */
  fileCount: number;
}

/** What a step comes to, in parts that can be laid out; its words say the same. */
export type StepDetail = SchemaMove | StackChanges | UndoneCommits;

/** "abc1234 Subject" */
export function commitInWords({ id, subject }: NamedCommit): string {
  return `${id} ${subject}`;
}
