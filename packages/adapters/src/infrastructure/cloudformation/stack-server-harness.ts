import type { AwsServer, Param } from '../../aws/aws-server-harness.ts';

/** A change as a change set shows it, where it is about a resource. */
export interface ShownChange {
  Action: 'Add' | 'Modify' | 'Remove' | 'Dynamic';
  LogicalResourceId: string;
  ResourceType: string;
  Replacement?: 'True' | 'False' | 'Conditional';
  PolicyAction?: string;
  ChangeSetId?: string;
}

/** A change set as CloudFormation keeps it. */
export interface ChangeSet {
  id: string;
  to: string;
  status: string;
  execution: string;
  looks: number;
  reason: string;
  parameters: Param[];
}

export interface StackServer extends AwsServer {
  stack: {
    id: string;
    status: string;
    parameters: Record<string, string>;
    updatedAt: number;
    drift: string;
    drifted: string[];
    /** Newest first. */
    events: Record<string, string | undefined>[];
    changeSets: Map<string, ChangeSet>;
  };
  /** Per version: the parameters of its template, and what going to it changes. */
  templates: Record<string, { parameters: string[]; changes: ShownChange[] }>;
  /** Change sets of stacks inside, by their ARN. */
  nested: Record<string, ShownChange[]>;
  /** So often a change set is still being made when it is looked at. */
  looksUntilMade: number;
  /** A page of a change set has so many changes. */
  pageSize: number;
  /** Somebody updates the stack, by no change set. */
  update(version: string): void;
  /** What is under way ends: as wanted, or undone for this reason. */
  settle(failure?: string): void;
}

export const arn = 'arn:aws:cloudformation:eu-central-1:123456789012';
