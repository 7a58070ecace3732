import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import java.util.List;
import org.h2.mvstore.MVStore;

/**
 * A MongoDB-compatible server for machines without a mongod: EmbeddedMongo PORT FILE. It listens on 127.0.0.1 and keeps
 * everything in FILE.
 */
public class EmbeddedMongo {
  public static void main(String[] args) {
    // The background compaction damages the file under load ("Chunk not found").
    MVStore store = new MVStore.Builder().fileName(args[1]).autoCompactFillRate(0).open();
    // A kill loses what is younger than this, in milliseconds; the default is a second.
    store.setAutoCommitDelay(20);
    H2Backend backend = new H2Backend(store);
    backend.version(new Version6());
    MongoServer server = new MongoServer(backend);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    server.bind("127.0.0.1", Integer.parseInt(args[0]));
  }

  /** Current drivers refuse the wire version of the newest version that the library knows by itself. */
  private static class Version6 implements MongoVersion {
    @Override
    public int getWireVersion() {
      return 17;
    }

    @Override
    public List<Integer> getVersionArray() {
      return List.of(6, 0, 0);
    }

    @Override
    public String toVersionString() {
      return "6.0.0";
    }
  }
}
