import { isRecord, type Notification, type RecordKind } from '@lastgood/domain/notification/notification';

/** What is written beside a commit. */
export interface CommitRecord {
  kind: 'registered' | 'verified' | 'failed' | 'rolled-back' | 'unproven' | 'superseded';
  /** As it was registered, in hexadecimal: whole or its beginning. */
  commit: string;
  service: string;
  environment: string;
}

const kinds: Partial<Record<Notification['kind'], CommitRecord['kind']>> = {
  deployment_registered: 'registered',
  deployment_verified: 'verified',
  deployment_failed: 'failed',
  deployment_rolled_back: 'rolled-back',
  deployment_unproven: 'unproven',
  deployment_superseded: 'superseded',
} satisfies Record<RecordKind, CommitRecord['kind']>;

/** Null where there is no commit of Git to write beside: nobody has to be told that. */
export function commitRecordOf(notification: Notification): CommitRecord | null {
  const { facts } = notification;
  const kind = kinds[notification.kind];
  const commit = facts?.from?.commit?.trim().toLowerCase() ?? '';
  if (!isRecord(notification) || kind === undefined || facts === undefined) return null;
  if (!/^[0-9a-f]{7,64}$/.test(commit)) return null;
  const { name, environment } = facts.service;
  return { kind, commit, service: name, environment };
}

/** Whether a commit is written out: SHA-1 or SHA-256. */
export function isWholeCommit(commit: string): boolean {
  return commit.length === 40 || commit.length === 64;
}
