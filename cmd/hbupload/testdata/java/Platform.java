import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/** The four calls as a Java platform reads them, with what the JDK and Tomcat bring. */
public class Platform extends HttpServlet {
    private final Path dir = Path.of(System.getProperty("hbupload.dir"));

    @Override
    protected void doPost(HttpServletRequest q, HttpServletResponse a) throws ServletException, IOException {
        String path = q.getRequestURI();
        if (path.endsWith("/jwtlogin")) {
            boolean ours = "河北省疾控中心".equals(q.getParameter("orgName")) && "user".equals(q.getParameter("username"))
                && "5f4dcc3b5aa765d61d8327deb882cf99".equals(q.getParameter("password"));
            log("login " + ours);
            say(a, ours ? "{\"success\":true,\"msg\":\"ok\",\"data\":\"java.token\"}" : "{\"success\":false,\"msg\":\"机构或密码不对\"}");
        } else if (!"java.token".equals(q.getHeader("Authorization"))) {
            say(a, "{\"success\":false,\"msg\":\"未登录\"}");
        } else if (path.endsWith("/refreshToken")) {
            log("refresh " + q.getContentLength() + " " + q.getHeader("Transfer-Encoding"));
            say(a, "{\"success\":true,\"data\":\"java.token\"}");
        } else if (path.endsWith("/download")) {
            say(a, "{\"success\":true,\"rows\":" + Files.readString(dir.resolve(q.getParameter("code") + ".json")) + "}");
        } else {
            say(a, upload(q));
        }
    }

    private String upload(HttpServletRequest q) throws ServletException, IOException {
        Part part = q.getPart("data");
        if (q.getParts().size() != 1 || part == null || !"data.zip".equals(part.getSubmittedFileName())) {
            return refuse("表单不对");
        }
        byte[] zip = part.getInputStream().readAllBytes();
        byte[] json;
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            ZipEntry e = in.getNextEntry();
            if (e == null || !"data.json".equals(e.getName()) || e.getSize() < 0) {
                return refuse("第一个条目不对");
            }
            json = in.readAllBytes();
            if (json.length != e.getSize() || in.getNextEntry() != null) {
                return refuse("条目的大小或个数不对");
            }
        }
        Path file = Files.createTempFile(dir, "upload", ".zip");
        Files.write(file, zip);
        try (ZipFile f = new ZipFile(file.toFile())) {
            if (f.size() != 1 || !Arrays.equals(json, f.getInputStream(f.getEntry("data.json")).readAllBytes())) {
                return refuse("两种读法不同");
            }
        }
        Files.delete(file);
        String plain;
        try {
            plain = new Decoder(utf8(json)).whole();
        } catch (RuntimeException | java.nio.charset.CharacterCodingException e) {
            return refuse("JSON 不对：" + e.getMessage());
        }
        synchronized (this) {
            Files.writeString(dir.resolve("stored"), plain + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        if (q.getHeader("X-Slow") != null) { // a gateway in front gives up, and the record is there
            try {
                Thread.sleep(Long.parseLong(q.getHeader("X-Slow")));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return "{\"success\":true,\"msg\":\"上传成功\",\"data\":" + plain + "}";
    }

    static String utf8(byte[] text) throws java.nio.charset.CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(text)).toString();
    }

    private static String refuse(String why) {
        return "{\"success\":false,\"msg\":\"" + why + "\"}";
    }

    private static void say(HttpServletResponse a, String text) throws IOException {
        a.setContentType("application/json;charset=UTF-8");
        a.getWriter().write(text);
    }

    private synchronized void note(String line) throws IOException {
        Files.writeString(dir.resolve("calls"), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void log(String line) {
        try {
            note(line);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A strict JSON reader that decodes each leaf: every leaf is a string, and Base64. */
    static final class Decoder {
        private final String s;
        private int i;
        private final StringBuilder out = new StringBuilder();

        Decoder(String s) {
            this.s = s;
        }

        String whole() throws java.nio.charset.CharacterCodingException {
            value();
            if (i != s.length()) {
                throw new IllegalArgumentException("尾部还有内容");
            }
            return out.toString();
        }

        private void value() throws java.nio.charset.CharacterCodingException {
            switch (s.charAt(i)) {
                case '{' -> list('}', true);
                case '[' -> list(']', false);
                default -> out.append(quote(utf8(Base64.getDecoder().decode(string()))));
            }
        }

        private void list(char end, boolean named) throws java.nio.charset.CharacterCodingException {
            out.append(s.charAt(i++));
            while (s.charAt(i) != end) {
                if (named) {
                    out.append(quote(string())).append(':');
                    expect(':');
                }
                value();
                if (s.charAt(i) != end) {
                    expect(',');
                    out.append(',');
                }
            }
            out.append(s.charAt(i++));
        }

        private String string() {
            expect('"');
            int from = i;
            while (s.charAt(i) != '"') {
                if (s.charAt(i++) == '\\') {
                    throw new IllegalArgumentException("Base64 里没有反斜线");
                }
            }
            return s.substring(from, i++);
        }

        private void expect(char c) {
            if (s.charAt(i++) != c) {
                throw new IllegalArgumentException("第 " + i + " 个字符应是 " + c);
            }
        }

        private static String quote(String t) {
            StringBuilder b = new StringBuilder("\"");
            for (char c : t.toCharArray()) {
                if (c == '"' || c == '\\') {
                    b.append('\\').append(c);
                } else if (c < ' ') {
                    b.append(String.format("\\u%04x", (int) c));
                } else {
                    b.append(c);
                }
            }
            return b.append('"').toString();
        }
    }
}
