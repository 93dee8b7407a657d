// Documents of a file into a PouchDB, then replicated to another; prints documents a second of the replication.
const [,, modules, source, folder] = process.argv;
const { createRequire } = require('module');
const load = createRequire(modules + '/');
const PouchDB = load('pouchdb-core').plugin(load('pouchdb-adapter-leveldb')).plugin(load('pouchdb-replication'));
const docs = require('fs').readFileSync(source, 'utf8').split('\n').filter(Boolean).map(JSON.parse);
(async () => {
  const ours = new PouchDB(folder + '/a', { adapter: 'leveldb' });
  for (let at = 0; at < docs.length; at += 1000) await ours.bulkDocs(docs.slice(at, at + 1000));
  const theirs = new PouchDB(folder + '/b', { adapter: 'leveldb' });
  const began = process.hrtime.bigint();
  const done = await ours.replicate.to(theirs);
  console.log(done.docs_written / (Number(process.hrtime.bigint() - began) / 1e9));
})();
