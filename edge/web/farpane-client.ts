/** What pages import: `import { FarpaneSession } from '/farpane-client.js'`. */

import './client/no-eval.ts';

export { receivableCodecs } from './client/codecs.ts';
export type { ControlNews } from './client/control.ts';
export { FarpaneError, type FarpaneErrorCode } from './client/errors.ts';
export type { FollowOptions } from './client/follow.ts';
export { Gateway } from './client/gateway.ts';
export { attachInput, type InputOptions } from './client/input/attach.ts';
export { hasKeys, showKeyboard } from './client/input/sink.ts';
export type { JoinOptions, PlayOptions, SessionCallbacks, StartOptions } from './client/options.ts';
export { FarpaneSession } from './client/session.ts';
export { type EndReason, mayLiveOn, type SessionState } from './client/state.ts';
export type { StreamStats } from './client/stats.ts';
export type { PositionInput } from './client/telemetry/location.ts';
export type { SensorInput } from './client/telemetry/sensors.ts';
export type { SharedTelemetry } from './client/telemetry/telemetry.ts';
export type { VehicleQuery } from './client/telemetry/vehicle.ts';
