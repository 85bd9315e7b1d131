import type { Context } from 'hono';
import type { IdempotencyKey } from '#edge/account/keys.ts';
import { accountOf, type HttpEnv, issuedToken } from '#edge/http/access/auth.ts';
import { countingFailures } from '#edge/http/access/limits.ts';
import { idempotencyKeyOf } from '#edge/http/request/idempotency.ts';
import { bodyOf } from '#edge/http/request/read.ts';
import { accountNamed, calling } from '#edge/objects.ts';
import { SessionPost } from '#shared/gateway.ts';
import type { GatewayConfig } from '#shared/gateway-config.ts';
import { newSessionId } from '#shared/ids.ts';
import { unwrap } from '#shared/outcome.ts';
import { traced } from '#shared/trace.ts';

/** A creation that its account has let in. `id`: of a retry, that of the request before. */
export interface AdmittedPost {
  readonly id: string;
  readonly account: string;
  readonly post: SessionPost;
  /** What the account has set of the gateway. */
  readonly config: GatewayConfig;
}

/**
 * Reads a `POST /1.0/sessions` and has its account check the token, the quota and the idempotency key, all in one call.
 *
 * @throws AppError `invalid_request` for a body or a key that is not valid; what the account refuses it with.
 */
export async function admitPost(c: Context<HttpEnv>): Promise<AdmittedPost> {
  const { token, account } = await countingFailures(c, () => issuedToken(c));
  const { post, key } = await readPost(c);
  const { app, app_version, region, joinable } = post;
  const asked = { id: newSessionId(), app, app_version, region, joinable };
  const admission = await countingFailures(c, async () => {
    const answer = await traced(c.var.scope, 'admission', { attributes: { account, session: asked.id } }, () =>
      calling(
        () => accountNamed(c.env, account),
        (stub) => stub.admit(token, asked, key),
      ),
    );
    return unwrap(answer);
  });
  return { id: admission.session, account, post, config: admission.config };
}

/** Only whoever has a good token is told what is wrong with the rest. */
async function readPost(c: Context<HttpEnv>): Promise<{ post: SessionPost; key: IdempotencyKey | undefined }> {
  try {
    const post = await bodyOf(c, SessionPost);
    return { post, key: await idempotencyKeyOf(c) };
  } catch (error) {
    await accountOf(c);
    throw error;
  }
}
