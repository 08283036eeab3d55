import type { Command } from '../command-line/command.ts';
import { acknowledgeCommand } from './acknowledge.ts';
import { applyCommand } from './apply.ts';
import { backtestCommand } from './backtest.ts';
import { completeCommand } from './complete.ts';
import { deleteCommand } from './delete.ts';
import { drillCommand } from './drill.ts';
import { explainCommand } from './explain.ts';
import { failCommand } from './fail.ts';
import { hurryCommand } from './hurry.ts';
import { importRulesCommand } from './import-rules.ts';
import { lintCommand } from './lint.ts';
import { markCommand } from './mark.ts';
import { notifyCommand } from './notify.ts';
import { planCommand } from './plan.ts';
import { registerCommand } from './register.ts';
import { rollbackCommand } from './rollback.ts';
import { statusCommand } from './status.ts';
import { targetsCommand } from './targets.ts';
import { testCommand } from './test.ts';
import { undoCommand } from './undo.ts';
import { watchCommand } from './watch.ts';

export const commands: readonly Command[] = [
  registerCommand,
  completeCommand,
  failCommand,
  watchCommand,
  planCommand,
  rollbackCommand,
  undoCommand,
  hurryCommand,
  acknowledgeCommand,
  markCommand,
  drillCommand,
  statusCommand,
  explainCommand,
  targetsCommand,
  applyCommand,
  lintCommand,
  notifyCommand,
  importRulesCommand,
  deleteCommand,
  testCommand,
  backtestCommand,
];
