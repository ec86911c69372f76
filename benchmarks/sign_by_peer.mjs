// How fast the npm peer signs: reads unsigned credentials as a JSON list from the file named, signs each with
// eddsa-rdfc-2022, writes it as JSON, and prints {"documents", "seconds", "last"} with the last one signed.
// Run by `manage.py benchmark issuing` in the folder of the installed peers; by hand, there:
//   node --input-type=module - DOCUMENTS.json < sign_by_peer.mjs
import process from 'node:process';
import * as vc from '@digitalbazaar/vc';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {offlineLoader, packagedContexts, readJson} from './lib.mjs';

const documents = readJson(process.argv[2]);
const did = documents[0].issuer.id;
const key = await Ed25519Multikey.generate({controller: did, id: `${did}#key-1`});
const documentLoader = offlineLoader({
  contexts: packagedContexts(), didDocuments: new Map(), documents: new Map()});

async function sign(credential) {
  const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite});
  return JSON.stringify(await vc.issue({credential, suite, documentLoader}));
}

for(const document of documents.slice(0, 20)) {
  await sign(structuredClone(document)); // reads the contexts, warms up
}
const began = performance.now();
let last;
for(const document of documents) {
  last = await sign(document);
}
const seconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({documents: documents.length, seconds, last: JSON.parse(last)}));
