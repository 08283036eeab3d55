/** The names of buttons, by which Slack tells which was pressed. */
export const rollbackAction = 'lastgood_rollback';
export const undoAction = 'lastgood_undo';
