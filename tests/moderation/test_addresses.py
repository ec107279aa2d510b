import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moderation.addresses import addresses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.com/x?y=1", "example.com"),
        ("HTTPS://EXAMPLE.COM/", "EXAMPLE.COM"),
        ("hxxps://evil.example", "evil.example"),
        ("See http://localhost:8080!", "localhost"),
        ("https://[::1]:80/", "[::1]"),
        ("https://user:pw@host.example/x", "host.example"),
        ("(https://example.com)", "example.com"),
        ("tg://resolve?domain=x", "resolve"),
        ("https://gооgle.com/", "gооgle.com"),
        ("https://例子.com/x", "例子.com"),
        ("https://example.com谢谢", "example.com"),
        ("www.example.de now", "www.example.de"),
        ("WWW.EXAMPLE.SHOP", "WWW.EXAMPLE.SHOP"),
        ("see example.com.", "example.com"),
        ("“example.com”, <example.com>, *example.com*, example.com’s", "example.com"),
        ("link:example.org", "example.org"),
        ("a,b.com", "b.com"),
        ("x.com", "x.com"),
        ("163.com", "163.com"),
        ("EXAMPLE.COM", "EXAMPLE.COM"),
        ("Example.Com", "Example.Com"),
        ("spiegel.de hat es", "spiegel.de"),
        ("münchen.de", "münchen.de"),
        ("bbc.co.uk", "bbc.co.uk"),
        ("uni.ac.at", "uni.ac.at"),
        ("scholar.google.co.in", "scholar.google.co.in"),
        ("colab.research.google.com", "colab.research.google.com"),
        ("user.github.io", "user.github.io"),
        ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("пример.рф", "пример.рф"),
        ("请看例子.中国", "请看例子.中国"),
        ("请看example.com谢谢", "example.com"),
        ("smith.net", "smith.net"),
        ("example.com:8080/path", "example.com"),
        ("//cdn.example.com/x", "cdn.example.com"),
        ("(arxiv.org/abs/1706.03762)", "arxiv.org"),
        ("t.me/abc", "t.me"),
        ("bit.ly/3x", "bit.ly"),
        ("youtu.be/x", "youtu.be"),
        ("discord.gg/abc", "discord.gg"),
        ("huggingface.co/models", "huggingface.co"),
        ("wandb.ai/foo", "wandb.ai"),
        ("ann@example.com", "ann@example.com"),
        ("Mail ann.b+c@mail.example.co.uk, please", "ann.b+c@mail.example.co.uk"),
        ("ANN@EXAMPLE.ORG", "ANN@EXAMPLE.ORG"),
        ("jürgen@müller.de", "jürgen@müller.de"),
        ("ann@startup.io", "ann@startup.io"),
        ("example[.]com", "example.com"),
        ("example (dot) com", "example.com"),
        ("exam\u200bple.com", "example.com"),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "example.com"),
        ("example․com", "example.com"),
    ],
)
def test_links_and_mail_addresses_are_found(text: str, expected: str) -> None:
    assert addresses(text) == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        "e.g. this",
        "i.e. that",
        "e.g./i.e.",
        "a.k.a. this",
        "z.B. so, d.h. das",
        "u.a./z.B.",
        "U.S.A. or U.K.",
        "ph.D.",
        "M.Sc./B.Sc.",
        "B.Com degree",
        "Prof.Smith",
        "Prof.Smith/Dr.Jones",
        "What works?No idea",
        "I see.It works",
        "is it good.In practice",
        "der Loss.Das ist",
        "no entiendo.que es",
        "node.js",
        "three.js/vue.js",
        "ML.NET",
        "ASP.NET and .NET",
        "fast.ai",
        "character.ai",
        "model.fit()",
        "numpy.array",
        "np.linalg.eig",
        "torch.nn.functional",
        "nn.Linear",
        "tf.io",
        "scipy.io",
        "self.net",
        "self.net(x)",
        "policy.net(x)",
        "self.net.to(device)",
        "net.fc",
        "loss.backward().",
        "optimizer.zero_grad(set_to_none=True)",
        "df.to_csv",
        "x.view(-1)",
        "pos.xyz",
        "x.mu/x.sigma",
        "user.id/item.id",
        "loss.item()/n",
        "y.mean()/y.std()",
        "a @ b.T",
        "x@W.T",
        "W@x.to(device)",
        "@app.route",
        "P@k and recall@5",
        "mAP@0.5",
        "precision@k.The",
        "f(.) and g(.)",
        "k(x, .)",
        "v1.2",
        "v1.2/v1.3",
        "3.14",
        "1.5/2.5",
        "Fig.2/3",
        "5.6.2026/7.6.2026",
        "10.0.0.1/8",
        "Llama-3.1-70B vs. GPT-4o",
        "arXiv:1706.03762",
        "doi:10.1000/182",
        "train.py/test.py",
        "run.sh/stop.sh",
        "main.rs",
        "kernel.cc",
        "data.csv",
        "README.md",
        "config.yaml",
        "model.ckpt/model.pt",
        "s3 bucket",
        "and/or",
        "why...",
        "http://",
        "https:// foo",
        "www.",
        "www. foo",
        "the dot com bubble",
        "the .com bubble",
        "what.ever",
        "为什么。com 是什么",
    ],
)
def test_code_files_versions_and_missing_spaces_are_no_links(text: str) -> None:
    assert addresses(text) == ()
    assert addresses(f"Why does {text} matter?") == ()


def test_each_host_is_named_once_in_the_order_of_the_text() -> None:
    assert addresses("b.org https://a.com/ b.org c@a.com b.org/x") == ("b.org", "a.com", "c@a.com")


def test_what_stands_within_a_link_is_no_other_link() -> None:
    assert addresses("https://a.com/to?u=https://b.org&m=c@d.de") == ("a.com",)


@given(st.text(max_size=120) | st.text(alphabet="ab.@:/-wW[] ()com", max_size=120))
@example("://.")
@example("www.--")
def test_any_text_is_taken_and_no_address_is_empty(text: str) -> None:
    assert all(addresses(text))
