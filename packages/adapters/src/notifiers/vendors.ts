/* Every receiver that Lastgood can tell: its folder, and its line here. */
export { alertmanager } from './alertmanager/vendor.ts';
export { email } from './email/vendor.ts';
export { gitHub } from './github/vendor.ts';
export { gitLab } from './gitlab/vendor.ts';
export { opsgenie } from './opsgenie/vendor.ts';
export { pagerDuty } from './pagerduty/vendor.ts';
export { slack } from './slack/vendor.ts';
export { slackWebhook } from './slack-webhook/vendor.ts';
export { teams } from './teams/vendor.ts';
export { webhook } from './webhook/vendor.ts';
