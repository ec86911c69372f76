// A wallet of other people's making: @openid4vc/openid4vci does the protocol, node:crypto has the key.
// It reaches the register through whoever started it: a line of JSON for each request on the output, the
// answer as a line on the input. The last line says what came of it.
//
//   node wallet.mjs '{"link": "openid-credential-offer://…", "txCode": "123456", "alg": "ES256",
//                     "method": "jwk", "again": "code"}'
//
// `again` replays something when the credential is there: the code or the token. `spoil` replaces what is sent:
// txCode, nonce, audience; or adds members to the request for the credential (payload).
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { createInterface } from 'node:readline'
import { clientAuthenticationAnonymous } from '@openid4vc/oauth2'
import { Openid4vciClient } from '@openid4vc/openid4vci'

const wish = JSON.parse(process.argv[2])
const spoil = wish.spoil ?? {}
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)
const pair =
  wish.alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
const publicJwk = pair.publicKey.export({ format: 'jwk' })
const base64url = (value) => Buffer.from(value).toString('base64url')

async function bridge(address, options = {}) {
  const headers = Object.fromEntries(new Headers(options.headers ?? {}))
  const body = options.body == null ? '' : options.body.toString()
  say({ method: options.method ?? 'GET', address: address.toString(), headers, body })
  const answer = JSON.parse((await lines.next()).value)
  return new Response(answer.body, { status: answer.status, headers: answer.headers })
}

function signJwt(_signer, { header, payload }) {
  const text = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}`
  const signature =
    wish.alg === 'EdDSA'
      ? sign(null, Buffer.from(text), pair.privateKey)
      : sign('sha256', Buffer.from(text), { key: pair.privateKey, dsaEncoding: 'ieee-p1363' })
  return { jwt: `${text}.${base64url(signature)}`, signerJwk: publicJwk }
}

const callbacks = {
  fetch: bridge,
  hash: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
  generateRandom: (count) => randomBytes(count),
  signJwt,
  clientAuthentication: clientAuthenticationAnonymous(),
}
const did = `did:jwk:${base64url(JSON.stringify(publicJwk))}`
const signer =
  wish.method === 'jwk'
    ? { method: 'jwk', alg: wish.alg, publicJwk }
    : { method: 'did', alg: wish.alg, didUrl: `${did}#0` }

async function take() {
  const client = new Openid4vciClient({ callbacks })
  const credentialOffer = await client.resolveCredentialOffer(wish.link)
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
  const configuration = credentialOffer.credential_configuration_ids[0]
  const redeem = () =>
    client.retrievePreAuthorizedCodeAccessTokenFromOffer({
      credentialOffer,
      issuerMetadata,
      txCode: spoil.txCode ?? wish.txCode,
    })
  const { accessTokenResponse } = await redeem()
  const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata })
  const named = structuredClone(issuerMetadata)
  if (spoil.audience) named.credentialIssuer.credential_issuer = spoil.audience
  const { jwt } = await client.createCredentialRequestJwtProof({
    issuerMetadata: named,
    signer,
    issuedAt: new Date(wish.now),
    credentialConfigurationId: configuration,
    nonce: spoil.nonce ?? nonce,
  })
  const request = () =>
    client.retrieveCredentials({
      issuerMetadata,
      accessToken: accessTokenResponse.access_token,
      credentialConfigurationId: configuration,
      proofs: { jwt: [jwt] },
      additionalRequestPayload: spoil.payload,
    })
  const { credentialResponse } = await request()
  if (wish.again === 'code') await redeem()
  if (wish.again === 'token') await request()
  const known = issuerMetadata.knownCredentialConfigurations[configuration]
  return { version: issuerMetadata.originalDraftVersion, format: known?.format, did, publicJwk, ...credentialResponse }
}

try {
  say({ result: await take() })
} catch (fault) {
  const said = fault.errorResponse ?? fault.response?.credentialErrorResponseResult?.data
  const headers = fault.response?.response?.headers
  say({
    fault: fault.constructor.name,
    error: said?.error,
    challenge: headers?.get('www-authenticate') ?? undefined,
    message: said ? undefined : String(fault.stack ?? fault),
  })
}
process.exit(0)
